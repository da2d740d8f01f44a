namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with lines that mean failure.</summary>
internal sealed class FailureMarkListField(string name, string description) : MarkListField<FailureMark>(name, description)
{
    protected override FailureMark ParseMark(string text) => FailureMark.FromString(text);

    protected override (string? File, string? Pattern) GetParts(FailureMark mark) => (mark.File, mark.Pattern);

    protected override FailureMark WithFile(FailureMark mark, string file) => mark with { File = file };

    protected override bool HasLegalRest(FailureMark mark) => CauseNames.IsMarkName(mark.Cause);

    protected override string DescribeAllowedValues() =>
        "entries of the form FILE: REGEX => NAME; NAME has capital letters, digits and '_', and is no cause of the engine except "
        + $"{string.Join(", ", CauseNames.Shared)}; in a project ';' separates entries (%3B inside of one)";
}
