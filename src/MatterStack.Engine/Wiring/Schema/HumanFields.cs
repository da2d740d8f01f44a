namespace MatterStack.Engine.Wiring.Schema;

/// <summary>Keys of operators of kind <c>human</c>.</summary>
internal static class HumanFields
{
    public static readonly IReadOnlyList<Field> All =
    [
        new("remind_before", FieldType.Duration, "How long before a task's time limit the person is reminded, once. Left out: not at all.") { AffectsResults = false, Unit = "hh:mm:ss" },
    ];
}
