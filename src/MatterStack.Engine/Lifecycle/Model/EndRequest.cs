namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Request to end an attempt or the run.</summary>
/// <remarks>The request is durable before it is sent outside. It stays in the store until the attempt has ended, even if it could not be
/// sent.</remarks>
/// <param name="RequestedAt">Time of the request, UTC.</param>
/// <param name="RequestedBy">Person or part of the engine that requested the end.</param>
/// <param name="Reason">The reason, as text for people.</param>
/// <param name="Kind">Origin of the request.</param>
internal sealed record EndRequest(DateTimeOffset RequestedAt, string RequestedBy, string Reason, EndRequestKind Kind)
{
    /// <summary>Value of <see cref="RequestedBy"/> for requests of the engine.</summary>
    public const string EngineActor = "time limit";

    /// <summary>When the request was first sent outside, UTC; null if it was not sent.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Why the request could not be sent or, if it was sent, why the attempt has not ended. Null if nothing is known.</summary>
    public string? PendingReason { get; init; }
}
