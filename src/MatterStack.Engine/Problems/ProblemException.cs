namespace MatterStack.Engine.Problems;

/// <summary>Carries problems from code that cannot return a result (full disk, damaged database) to the command, which reports
/// them.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>Problems to report.</summary>
    public ProblemException(IReadOnlyList<Problem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One problem to report, and its cause.</summary>
    public ProblemException(Problem problem, Exception? inner = null)
        : base(problem.ToString(), inner) => Problems = [problem];

    /// <summary>Problems to report.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
