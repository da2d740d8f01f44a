using MatterStack.Engine.Files;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Finds targets of <c>Publish</c> that <c>Files</c> of the same tasks would take as inputs.</summary>
internal sealed class PublishedInputs
{
    private readonly HashSet<string> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _patterns = [];
    private readonly Matcher _matcher = new(StringComparison.OrdinalIgnoreCase);

    /// <param name="tasks">The tasks.</param>
    public PublishedInputs(IReadOnlyList<CampaignTask> tasks)
    {
        foreach (var source in tasks.SelectMany(static task => task.Files).Select(static file => file.Source))
        {
            if (_paths.Add(source) && Globs.IsPattern(source))
            {
                _patterns.Add(source);
                _matcher.AddInclude(source);
            }
        }
    }

    /// <summary>Finds the entry of <c>Files</c> that takes a path as an input. Returns null if there is none.</summary>
    public string? FindInput(string target) =>
        _paths.TryGetValue(target, out var path) ? path
        : _patterns.Count == 0 || !_matcher.Match(target).HasMatches ? null
        : _patterns.Find(pattern => new Matcher(StringComparison.OrdinalIgnoreCase).AddInclude(pattern).Match(target).HasMatches);
}
