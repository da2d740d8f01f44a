namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A script that is stored with its attempt.</summary>
/// <param name="Name">Name of the job.</param>
/// <param name="Index">Array index; null if the job is not an array member.</param>
/// <param name="Partition">Partition that was chosen for the job; null if none was.</param>
/// <param name="Text">The whole script.</param>
internal sealed record StoredScript(string Name, int? Index, string? Partition, string Text);
