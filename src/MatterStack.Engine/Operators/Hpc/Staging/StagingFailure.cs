namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Why attempts' files are not on the cluster yet.</summary>
/// <param name="Reason">Text for people, with the message of the other machine.</param>
/// <param name="Kind">Consequence of the failure.</param>
internal sealed record StagingFailure(string Reason, StagingFailureKind Kind);
