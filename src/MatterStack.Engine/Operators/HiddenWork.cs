namespace MatterStack.Engine.Operators;

/// <summary>Work of an attempt in a place that is not visible from this machine.</summary>
/// <param name="Name">Name of the work, as in "process 42"; null if unknown.</param>
/// <param name="Reason">Why it is not visible, as a clause with the subject "it".</param>
/// <param name="Remedy">What to do.</param>
internal sealed record HiddenWork(string? Name, string Reason, string Remedy);
