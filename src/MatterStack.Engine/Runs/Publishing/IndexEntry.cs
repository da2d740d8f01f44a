namespace MatterStack.Engine.Runs.Publishing;

/// <summary>A line of <c>index.csv</c>.</summary>
/// <param name="File">The file, relative to the folder of the index.</param>
/// <param name="Task">The task whose output it is.</param>
/// <param name="Run">The run that published it.</param>
/// <param name="Sha256">Hash of its content.</param>
internal sealed record IndexEntry(string File, string Task, string Run, string Sha256);
