namespace MatterStack.Engine.Wiring.Fields;

/// <summary>A kind of operator: the part of a key before the first dot.</summary>
/// <param name="Name">Name of the kind.</param>
/// <param name="Description">Description of the executor of the work.</param>
/// <param name="Backends">Allowed types of backend; empty for people and instruments.</param>
/// <param name="Fields">Keys of this kind, in addition to the common ones.</param>
public sealed record OperatorKind(string Name, string Description, IReadOnlyList<string> Backends, IReadOnlyList<Field> Fields);
