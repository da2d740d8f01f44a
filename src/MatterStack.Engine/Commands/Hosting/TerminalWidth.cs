namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Width of the user's terminal.</summary>
internal static class TerminalWidth
{
    private const int Default = 120;
    private const int Min = 60;

    /// <summary>Returns the number of characters in a line; a usual number if the output goes to a file or another program.</summary>
    public static int Read()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? Default : Math.Max(Min, Console.WindowWidth);
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return Default;
        }
    }
}
