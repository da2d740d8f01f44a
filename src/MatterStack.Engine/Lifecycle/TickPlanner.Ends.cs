namespace MatterStack.Engine.Lifecycle;

/// <content>Ends that are asked for: they stay asked for until the outside says that it is over.</content>
internal sealed partial class TickPlanner
{
    /// <summary>Takes in that an attempt is to end; the outside is told when that is durable.</summary>
    internal void AskEnd(LiveAttempt attempt, EndRequest request)
    {
        attempt.EndAsked = request;
        _changes.Add(new Change.EndAsked(attempt, request));
    }

    private void NoteTrouble(LiveAttempt attempt, string why, DateTimeOffset at)
    {
        if (attempt.EndAsked is { } asked)
        {
            NoteEnd(attempt, asked with { Trouble = why }, at);
        }
    }

    // What is said once more is not written once more.
    private void NoteEnd(LiveAttempt attempt, EndRequest news, DateTimeOffset at)
    {
        if (attempt.EndAsked == news)
        {
            return;
        }

        AskEnd(attempt, news);
        var (kind, details) = news.ToldAt is null ? ("ATTEMPT_END_NOT_TOLD", news.Trouble) : ("ATTEMPT_END_TOLD", news.Trouble);
        Note(kind, attempt.Task.Id, attempt.Id, null, details ?? news.Why, at);
    }

    // What the engine asked for since time was up has not been cancelled by anybody.
    private static Ending Told(LiveAttempt attempt, Ending ending) => attempt.EndAsked is not { Kind: EndKind.TimeLimit, Why: var late } || !ending.Cancelled ? ending
        : ending with { Cancelled = false, EndedBy = ending.EndedBy?.StartsWith(late, StringComparison.Ordinal) ?? false ? ending.EndedBy : late };
}
