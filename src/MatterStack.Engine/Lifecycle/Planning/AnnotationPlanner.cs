using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Sets tags and the note of a run. It changes no state, so it is granted at any time.</summary>
/// <param name="transitions">Receives the changes.</param>
internal sealed class AnnotationPlanner(RunTransitions transitions)
{
    // A note of this text removes the note.
    private const string NoNote = "-";

    /// <summary>Grants or refuses the request.</summary>
    public RequestAnswer AnnotateRun(RunRequest request, DateTimeOffset now)
    {
        if (request is { Tags: null, Note: null })
        {
            return new(false, "neither tags nor a note are given");
        }

        var tags = request.Tags is { } written
            ? TagList.ApplyWords(request.PresentTags, written).Select(static tag => UntrustedText.ToLine(tag, 200)).ToList()
            : null;
        if (tags?.Count > TagList.MaxCount)
        {
            return new(false, string.Create(CultureInfo.InvariantCulture, $"a run has at most {TagList.MaxCount} tags"));
        }

        var note = request.Note == NoNote ? "" : UntrustedText.ToLineOrNull(request.Note);
        transitions.AddChange(new Change.RunAnnotated(tags, note, request.Actor, now));
        return new(
            true,
            string.Join(
                "; ",
                new[]
                {
                    tags is null ? null
                    : tags.Count == 0 ? "the run has no tags"
                    : "the run has the tags " + string.Join(", ", tags),
                    note is null ? null
                    : note.Length == 0 ? "its note is removed"
                    : "its note is: " + note,
                }.OfType<string>()
            )
        );
    }
}
