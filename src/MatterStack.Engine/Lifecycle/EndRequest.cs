namespace MatterStack.Engine.Lifecycle;

/// <summary>Request to end an attempt or the run.</summary>
/// <remarks>The request is durable before it is sent outside. It stays in the store until the attempt has ended, even if it could not be
/// sent.</remarks>
/// <param name="At">Time of the request, UTC.</param>
/// <param name="By">Person or part of the engine that requested the end.</param>
/// <param name="Why">The reason, as text for people.</param>
/// <param name="Kind">Origin of the request.</param>
internal sealed record EndRequest(DateTimeOffset At, string By, string Why, EndKind Kind)
{
    /// <summary>Value of <see cref="By"/> for requests of the engine.</summary>
    public const string Engine = "time limit";

    /// <summary>When the request was first sent outside, UTC; null if it was not sent.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Why the request could not be sent or, if it was sent, why the attempt has not ended. Null if nothing is known.</summary>
    public string? Trouble { get; init; }
}

/// <summary>Origin of an end request.</summary>
internal enum EndKind
{
    /// <summary>A person.</summary>
    Cancel,

    /// <summary>The task's time limit.</summary>
    TimeLimit,
}
