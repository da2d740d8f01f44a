namespace MatterStack.Engine.Campaigns.Declarations.Fields;

/// <summary>A field with lines that must be there.</summary>
internal sealed class SuccessMarkListField(string name, string description) : MarkListField<SuccessMark>(name, description)
{
    protected override SuccessMark ParseMark(string text) => SuccessMark.FromString(text);

    protected override (string? File, string? Pattern) GetParts(SuccessMark mark) => (mark.File, mark.Pattern);

    protected override SuccessMark WithFile(SuccessMark mark, string file) => mark with { File = file };

    protected override string DescribeAllowedValues() =>
        "entries of the form FILE: REGEX; in a project ';' separates entries (%3B inside of one)";
}
