namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What became of sending attempts' files.</summary>
/// <param name="Ready">Attempts whose folders stand there with all that they need.</param>
/// <param name="Failed">Attempts that cannot be sent, now or later, and why.</param>
/// <param name="Left">What keeps the others; null: there are none.</param>
internal sealed record Sending(IReadOnlyList<AttemptOrder> Ready, IReadOnlyList<(AttemptOrder Order, string Why)> Failed, NotSent? Left)
{
    public static Sending All(IReadOnlyList<AttemptOrder> orders) => new(orders, [], null);
}

/// <summary>Why attempts' files are not on the cluster yet.</summary>
/// <param name="Why">For people, with the words of the other machine.</param>
/// <param name="Kind">What follows.</param>
internal sealed record NotSent(string Why, NotSentKind Kind);

/// <summary>What follows if files could not be sent.</summary>
internal enum NotSentKind
{
    /// <summary>The machine cannot be reached.</summary>
    Unreached,

    /// <summary>The line broke, or the answer was lost: it is carried on.</summary>
    Broken,

    /// <summary>The place there has no room, or cannot be written just now: it is tried again when that may have passed.</summary>
    Waits,

    /// <summary>The place there cannot be used.</summary>
    Never,

    /// <summary>Something of what was sent cannot be put there.</summary>
    NotThis,
}
