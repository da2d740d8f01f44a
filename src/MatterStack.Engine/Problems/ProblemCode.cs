namespace MatterStack.Engine.Problems;

/// <summary>A kind of problem. The documentation's page of error codes is tested against these.</summary>
/// <param name="Code"><c>MATTER</c> and four digits: 1xxx wiring, 2xxx campaign, 3xxx run state, 4xxx operators, 5xxx evidence and cache,
/// 9xxx MatterStack itself.</param>
/// <param name="Title">Name of the problem, in a few words.</param>
/// <param name="Cause">When it is reported.</param>
/// <param name="Remedy">What to do in general; a <see cref="Problem"/> can have a more specific remedy.</param>
public sealed record ProblemCode(string Code, string Title, string Cause, string Remedy)
{
    /// <inheritdoc />
    public override string ToString() => Code;
}
