namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>An entry of a remote folder.</summary>
/// <param name="RawPath">Path in the folder, each byte as one character.</param>
/// <param name="Kind">Type letter of <c>find</c>: <c>f</c>, <c>d</c>, <c>l</c>, <c>p</c>, <c>s</c>, …</param>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="BlockCount">Number of 512-byte blocks.</param>
/// <param name="WrittenAt">Time of the last write (UTC).</param>
/// <param name="LinkTarget">Link target, each byte as one character; empty if the entry is no link.</param>
internal sealed record ListedEntry(string RawPath, char Kind, long SizeBytes, long BlockCount, DateTime WrittenAt, string LinkTarget);
