using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Limits;

/// <summary>Answer to an attempt that wants shares.</summary>
internal abstract record ShareAnswer
{
    private ShareAnswer() { }

    /// <summary>The attempt has all shares and may start.</summary>
    public sealed record Taken : ShareAnswer;

    /// <summary>A share is not free; the attempt has none.</summary>
    /// <param name="Share">Name of that share.</param>
    /// <param name="Reason">What it waits for and who holds it, for people.</param>
    public sealed record Waiting(string Share, string Reason) : ShareAnswer;

    /// <summary>The folder cannot be used, so no limit holds; nothing may start.</summary>
    public sealed record Unusable(Problem Problem) : ShareAnswer;
}
