namespace MatterStack.Engine.Files;

/// <summary>Reason why a text is rejected as JSON.</summary>
/// <param name="Description">Description of the fault, with the word in question.</param>
/// <param name="Line">Line, from 1; 0 if the fault concerns the whole text.</param>
/// <param name="Column">Column in characters, from 1.</param>
internal sealed record JsonFault(string Description, int Line = 0, int Column = 0)
{
    /// <summary>Position and description.</summary>
    public override string ToString() =>
        Line == 0 ? Description : FormattableString.Invariant($"line {Line}, column {Column}: {Description}");

    /// <summary>Formats the fault as a sentence about a file.</summary>
    public string FormatFor(string file) => $"{file} is not valid JSON: {this}";
}
