namespace MatterStack.Engine.Lifecycle;

/// <content>End requests. A request stays until a fact reports the end of the attempt.</content>
internal sealed partial class TickPlanner
{
    /// <summary>Adds an end request to an attempt. The request is sent outside after it is durable.</summary>
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

    // The same request is not written twice.
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

    // An end that the engine requested because of the time limit is no cancellation by a person.
    private static Ending Told(LiveAttempt attempt, Ending ending) => attempt.EndAsked is not { Kind: EndKind.TimeLimit, Why: var late } || !ending.Cancelled ? ending
        : ending with { Cancelled = false, EndedBy = ending.EndedBy?.StartsWith(late, StringComparison.Ordinal) ?? false ? ending.EndedBy : late };
}
