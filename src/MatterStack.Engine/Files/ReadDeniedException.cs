namespace MatterStack.Engine.Files;

/// <summary>A file is there and this process may not read it; the message names who may.</summary>
internal sealed class ReadDeniedException(string message, Exception inner) : UnauthorizedAccessException(message, inner);
