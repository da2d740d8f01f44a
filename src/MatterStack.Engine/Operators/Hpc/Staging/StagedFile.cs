using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>A file of an attempt on the cluster.</summary>
/// <param name="File">Source of the file.</param>
/// <param name="Target">Target path, relative to the run's folder on the cluster.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
internal sealed record StagedFile(UploadFile File, string Target, bool IsExecutable);
