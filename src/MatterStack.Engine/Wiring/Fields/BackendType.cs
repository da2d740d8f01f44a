namespace MatterStack.Engine.Wiring.Fields;

/// <summary>A type of backend.</summary>
/// <param name="Name">The value of <c>type</c>.</param>
/// <param name="Description">Description of the type.</param>
/// <param name="IsAllowedInProfiles">Whether a profile may have this type; the other types are references.</param>
/// <param name="Fields">Keys in addition to <c>type</c>.</param>
internal sealed record BackendType(string Name, string Description, bool IsAllowedInProfiles, IReadOnlyList<Field> Fields);
