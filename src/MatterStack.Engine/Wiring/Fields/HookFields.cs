namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Keys of <c>hooks</c>, of an operator and of the run: notifications about the work.</summary>
internal static class HookFields
{
    public const string Waiting = "on_waiting";
    public const string Failed = "on_failed";
    public const string Completed = "on_completed";

    // The receiver of a notification does not affect results.
    public static readonly IReadOnlyList<Field> Target =
    [
        new(
            "command",
            FieldType.Text,
            "Command line for /bin/sh. It runs in the workspace folder and gets the event on its standard input."
        )
        {
            AffectsResults = false,
        },
        new("webhook", FieldType.Text, "Address that the event is sent to by POST.")
        {
            AffectsResults = false,
            Pattern = @"^https?://[^\s#@]+$",
            PatternDescription = "an address http://… or https://…",
        },
        new("auth", FieldType.Text, "Value of the header Authorization; without a scheme, Bearer. Sent to the host of the webhook only.")
        {
            AffectsResults = false,
        },
    ];

    public static readonly Field OfOperator = CreateHooks(
        "Notifications about the operator's attempts.",
        "An attempt waits for a person or an instrument.",
        "An attempt has failed.",
        "An attempt has completed."
    );

    public static readonly Field OfRun = CreateHooks(
        "Notifications about the run.",
        "The run can continue only after an answer of a person.",
        "The run has failed.",
        "The run has completed."
    );

    private static Field CreateHooks(string doc, string waiting, string failed, string completed) =>
        new("hooks", FieldType.Group, doc)
        {
            AffectsResults = false,
            Fields = [CreateHook(Waiting, waiting), CreateHook(Failed, failed), CreateHook(Completed, completed)],
        };

    private static Field CreateHook(string name, string doc) =>
        new(name, FieldType.Group, doc)
        {
            AffectsResults = false,
            Fields = Target,
            AnyOf = ["command", "webhook"],
        };
}
