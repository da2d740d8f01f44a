namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Kinds of reasons why an existing output cannot be read.</summary>
internal enum UnreadableOutputKind
{
    LinkLeadsOut,
    BrokenLink,
    CircularLink,
    NameNotUtf8,
    NotRegular,
    NotReadable,
}
