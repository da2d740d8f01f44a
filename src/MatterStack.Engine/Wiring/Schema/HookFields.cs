namespace MatterStack.Engine.Wiring.Schema;

/// <summary>What is told to others as work goes on: keys of <c>hooks</c>, of an operator and of the whole run.</summary>
internal static class HookFields
{
    public const string Waiting = "on_waiting";
    public const string Failed = "on_failed";
    public const string Completed = "on_completed";

    // Whom a site tells says nothing of what comes out.
    public static readonly IReadOnlyList<Field> Target =
    [
        new("command", FieldType.Text, "Line for /bin/sh, run in the workspace folder with the event on its standard input.") { AffectsResults = false },
        new("webhook", FieldType.Text, "Address that the event is sent to by POST.") { AffectsResults = false, Pattern = @"^https?://[^\s#@]+$", PatternDoc = "an address http://… or https://…" },
        new("auth", FieldType.Text, "Value of the header Authorization; without a scheme, Bearer. Sent to the host of the webhook only.") { AffectsResults = false },
    ];

    public static readonly Field OfOperator = Hooks("Who is told of the operator's attempts.",
        "An attempt waits for a person or an instrument.", "An attempt has failed.", "An attempt has completed.");

    public static readonly Field OfRun = Hooks("Who is told of the run.",
        "Nothing but people can move the run on.", "The run has failed.", "The run has completed.");

    private static Field Hooks(string doc, string waiting, string failed, string completed) => new("hooks", FieldType.Group, doc)
    {
        AffectsResults = false,
        Fields = [Hook(Waiting, waiting), Hook(Failed, failed), Hook(Completed, completed)],
    };

    private static Field Hook(string name, string doc) => new(name, FieldType.Group, doc) { AffectsResults = false, Fields = Target, AnyOf = ["command", "webhook"] };
}
