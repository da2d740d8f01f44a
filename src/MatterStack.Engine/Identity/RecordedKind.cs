namespace MatterStack.Engine.Identity;

/// <summary>A kind as it is recorded. A later version may know more kinds, which are carried and shown as they are.</summary>
/// <param name="Text">The recorded text.</param>
/// <param name="Value">The kind; null if this version does not know it.</param>
internal readonly record struct RecordedKind<T>(string Text, T? Value)
    where T : struct, Enum
{
    public override string ToString() => Text;
}
