namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Keys of operators of kind <c>human</c>.</summary>
internal static class HumanFields
{
    public static readonly IReadOnlyList<Field> All =
    [
        new(
            "remind_before",
            FieldType.Duration,
            "Time before a task's time limit at which the person is reminded, once. Default: no reminder."
        )
        {
            AffectsResults = false,
            Unit = "hh:mm:ss",
        },
    ];
}
