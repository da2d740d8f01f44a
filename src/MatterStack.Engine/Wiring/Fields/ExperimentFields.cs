namespace MatterStack.Engine.Wiring.Fields;

/// <summary>Keys of operators of kind <c>experiment</c>.</summary>
internal static class ExperimentFields
{
    /// <summary>Placeholder for the attempt's id in a path.</summary>
    public const string AttemptPlaceholder = "{attempt_id}";

    /// <summary>Placeholder for a file's path in the path of the request for this file.</summary>
    public const string FilePlaceholder = "{path}";

    private const string PathDescription =
        "a path that begins with '/' and contains {attempt_id}, optionally after PUT, POST, GET or DELETE and a blank";
    private const string PathPattern = @"^((PUT|POST|GET|DELETE) )?/[^\s?#]*\{attempt_id\}[^\s?#]*$";

    public static readonly Field Api = new(
        "api",
        FieldType.Group,
        "Connection to the instrument over HTTP. Default: the instrument reads and writes files in the attempt's folder."
    )
    {
        Fields =
        [
            new("base_url", FieldType.Word, "Address that the paths below are appended to.")
            {
                IsRequired = true,
                Pattern = @"^https?://[^\s/?#@]+(/[^\s?#]*)?$",
                PatternDescription = "an address http://… or https://… without a user, a query or a fragment",
            },
            // The protocol of an instrument does not affect its measurements.
            CreatePath("submit", "Request that submits an attempt.", "PUT /attempts/{attempt_id}") with
            {
                Pattern = @"^((PUT|POST) )?/[^\s?#]*$",
                PatternDescription = "a path that begins with '/', optionally after PUT or POST and a blank",
            },
            CreatePath("status", "Request for the status of an attempt.", "GET /attempts/{attempt_id}"),
            CreatePath("result", "Request for the result of an ended attempt.", "GET /attempts/{attempt_id}/result"),
            CreatePath("file", "Request for a file of the result.", "GET /attempts/{attempt_id}/files/{path}") with
            {
                Pattern = @"^(GET )?/[^\s?#]*\{path\}[^\s?#]*$",
                PatternDescription = "a path that begins with '/' and contains {path}, optionally after GET and a blank",
            },
            CreatePath("cancel", "Request that cancels an attempt.", "DELETE /attempts/{attempt_id}"),
            new("auth", FieldType.Text, "Value of the header Authorization; without a scheme, Bearer. Sent to the host of base_url only.")
            {
                AffectsResults = false,
            },
            new("poll_interval", FieldType.Duration, "Time between two status requests.")
            {
                AffectsResults = false,
                Unit = "hh:mm:ss",
                Default = "00:00:05",
            },
            new("timeout", FieldType.Duration, "Maximum time of a request without any response data.")
            {
                AffectsResults = false,
                Unit = "hh:mm:ss",
                Default = "00:00:30",
            },
        ],
    };

    public static readonly IReadOnlyList<Field> All = [Api];

    private static Field CreatePath(string name, string doc, string standard) =>
        new(name, FieldType.Word, doc)
        {
            AffectsResults = false,
            Default = standard,
            Pattern = PathPattern,
            PatternDescription = PathDescription,
        };
}
