namespace MatterStack.Engine.Files;

/// <summary>The file system does not enforce locks.</summary>
internal sealed class NoLocksException(string message) : IOException(message);
