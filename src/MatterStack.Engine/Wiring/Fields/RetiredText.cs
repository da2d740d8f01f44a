namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Texts of a field that are an error in a user's file. Wiring that a run of an earlier version persisted keeps them.</summary>
/// <param name="Pattern">Regular expression of the texts.</param>
/// <param name="Remedy">What to write instead.</param>
internal sealed record RetiredText(string Pattern, string Remedy);
