namespace MatterStack.Engine.Wiring.Schema;

/// <summary>Keys of operators of kind <c>experiment</c>.</summary>
internal static class ExperimentFields
{
    /// <summary>Stands for the attempt's id in a path.</summary>
    public const string AttemptPlace = "{attempt_id}";

    /// <summary>Stands for a file's path in the path that gives it.</summary>
    public const string FilePlace = "{path}";

    private const string PathDoc = "a path that begins with '/' and holds {attempt_id}, perhaps after PUT, POST, GET or DELETE and a blank";
    private const string PathPattern = @"^((PUT|POST|GET|DELETE) )?/[^\s?#]*\{attempt_id\}[^\s?#]*$";

    public static readonly Field Api = new("api", FieldType.Group, "How to reach the instrument over HTTP. Left out: it reads and writes files in the attempt's folder.")
    {
        Fields =
        [
            new("base_url", FieldType.Word, "Address that the paths below are appended to.")
            {
                Required = true, Pattern = @"^https?://[^\s/?#@]+(/[^\s?#]*)?$", PatternDoc = "an address http://… or https://… without a user, a query or a fragment",
            },
            // How the same instrument is spoken to says nothing about what it measures.
            Path("submit", "Hands an attempt over.", "PUT /attempts/{attempt_id}") with
            {
                Pattern = @"^((PUT|POST) )?/[^\s?#]*$", PatternDoc = "a path that begins with '/', perhaps after PUT or POST and a blank",
            },
            Path("status", "Tells how an attempt stands.", "GET /attempts/{attempt_id}"),
            Path("result", "Gives the answer of an attempt that has ended.", "GET /attempts/{attempt_id}/result"),
            Path("file", "Gives a file of the answer.", "GET /attempts/{attempt_id}/files/{path}") with
            {
                Pattern = @"^(GET )?/[^\s?#]*\{path\}[^\s?#]*$", PatternDoc = "a path that begins with '/' and holds {path}, perhaps after GET and a blank",
            },
            Path("cancel", "Stops an attempt.", "DELETE /attempts/{attempt_id}"),
            new("auth", FieldType.Text, "Value of the header Authorization; without a scheme, Bearer. Sent to the host of base_url only.") { AffectsResults = false },
            new("poll_interval", FieldType.Duration, "Time between two questions how an attempt stands.") { AffectsResults = false, Unit = "hh:mm:ss", Default = "00:00:05" },
            new("timeout", FieldType.Duration, "How long a request may go without a sign of life.") { AffectsResults = false, Unit = "hh:mm:ss", Default = "00:00:30" },
        ],
    };

    public static readonly IReadOnlyList<Field> All = [Api];

    private static Field Path(string name, string doc, string standard) =>
        new(name, FieldType.Word, doc) { AffectsResults = false, Default = standard, Pattern = PathPattern, PatternDoc = PathDoc };
}
