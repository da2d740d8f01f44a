namespace MatterStack.Engine.Problems;

/// <summary>Carries problems out of depths where no result can be returned (a disk that is full, a database that is damaged) to the border of the engine, which reports them.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>Problems to report.</summary>
    public ProblemException(IReadOnlyList<Problem> problems)
        : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>One problem to report, and what brought it about.</summary>
    public ProblemException(Problem problem, Exception? inner = null)
        : base(problem.ToString(), inner) => Problems = [problem];

    /// <summary>What is to be reported.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
