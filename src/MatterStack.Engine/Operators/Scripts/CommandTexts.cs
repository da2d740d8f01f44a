namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The commands of a task as shell text, each in its container if it has one.</summary>
/// <param name="Command">The command.</param>
/// <param name="Restart">What runs instead if files were carried; null: the command.</param>
/// <param name="Check">What checks the carried files; null: nothing.</param>
/// <param name="Monitor">What runs beside the command, in no container; null: nothing.</param>
internal sealed record CommandTexts(string Command, string? Restart, string? Check, string? Monitor = null);
