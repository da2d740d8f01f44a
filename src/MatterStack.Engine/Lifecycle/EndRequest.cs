namespace MatterStack.Engine.Lifecycle;

/// <summary>That an attempt, or the run, is to end. It is in the store before anybody outside is told, and stays there until it is over, whoever could be told.</summary>
/// <param name="At">When it was asked for, UTC.</param>
/// <param name="By">Who asked.</param>
/// <param name="Why">Why, in a person's words.</param>
/// <param name="Kind">What asked.</param>
internal sealed record EndRequest(DateTimeOffset At, string By, string Why, EndKind Kind)
{
    /// <summary>In place of a person.</summary>
    public const string Engine = "time limit";

    /// <summary>When the outside was first told, UTC; null: it was not.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>Why the outside could not be told; or, once it was, why it is not over. Null: nothing is known.</summary>
    public string? Trouble { get; init; }
}

/// <summary>What asks for an end.</summary>
internal enum EndKind
{
    /// <summary>A person.</summary>
    Cancel,

    /// <summary>The task's time limit.</summary>
    TimeLimit,
}
