namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Several pages that are updated while a run is driven.</summary>
internal sealed class LiveReports(IEnumerable<LiveReport> pages) : IDisposable
{
    private readonly List<LiveReport> _pages = [.. pages];

    public void Dispose() => _pages.ForEach(static page => page.Dispose());
}
