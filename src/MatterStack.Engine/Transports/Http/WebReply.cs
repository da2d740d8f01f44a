using System.Net;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Transports.Http;

/// <summary>Result of a request.</summary>
internal abstract record WebReply
{
    private WebReply() { }

    /// <summary>The request succeeded.</summary>
    /// <param name="Json">The reply; null if it is empty.</param>
    public sealed record Success(JsonObject? Json) : WebReply;

    /// <summary>The service refuses the request permanently.</summary>
    public sealed record Refused(HttpStatusCode StatusCode, string Message) : WebReply;

    /// <summary>The result is unknown; send the request again.</summary>
    /// <param name="Reason">Reason, for people.</param>
    /// <param name="RetryAfter">Time to wait first, if the service set one.</param>
    public sealed record TransientFailure(string Reason, TimeSpan? RetryAfter = null) : WebReply
    {
        /// <summary>Whether the service accepted the request and only its reply cannot be read.</summary>
        public bool IsUnreadable { get; init; }
    }
}
