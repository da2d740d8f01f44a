namespace MatterStack.Engine.Files;

/// <summary>A file exists but this process may not read it; the message names the users who may.</summary>
internal sealed class ReadDeniedException(string message, Exception inner) : UnauthorizedAccessException(message, inner);
