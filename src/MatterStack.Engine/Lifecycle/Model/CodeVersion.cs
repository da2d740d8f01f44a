namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Version of a code that an attempt used, as the code's own command printed it.</summary>
/// <param name="Code">Name of the code.</param>
/// <param name="HashBegin">First digits of the code's hash.</param>
/// <param name="Version">One line of text.</param>
internal sealed record CodeVersion(string Code, string HashBegin, string Version);
