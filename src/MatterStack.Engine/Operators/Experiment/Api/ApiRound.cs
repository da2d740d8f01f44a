using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Operators.Web;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Sends one request to an instrument and interprets the reply.</summary>
internal sealed class ApiRound(ApiClient client, OperatorContext context)
{
    public async Task<ApiOutcome> AskAsync(ApiVisit visit, CancellationToken stop)
    {
        var order = visit.Order;
        return visit.Turn switch
        {
            ApiTurn.Look => await client.StatusAsync(order, stop).ConfigureAwait(false) switch
            {
                // The instrument does not know the attempt: an earlier request has not arrived.
                WebReply.Refused { Code: HttpStatusCode.NotFound } => new ApiOutcome.Next(ApiTurn.Submit, AtOnce: true, null),
                WebReply.Refused refused => new ApiOutcome.Says(new CourierNote.Refused(refused.Words)),
                var reply => Stands(visit, reply),
            },
            ApiTurn.Submit => await client.SubmitAsync(order, context.Disk.ReadAllBytes(Path.Combine(order.Folder, ExperimentExchange.Request)), stop).ConfigureAwait(false) switch
            {
                WebReply.Refused refused => new ApiOutcome.Says(new CourierNote.Refused(refused.Words)),
                WebReply.Good { Json: null } => Accepted(visit, "has it"),
                var reply => Stands(visit, reply),
            },
            ApiTurn.Poll => await client.StatusAsync(order, stop).ConfigureAwait(false) switch
            {
                WebReply.Refused { Code: HttpStatusCode.NotFound or HttpStatusCode.Gone } => new ApiOutcome.Says(new CourierNote.Refused("it does not know the attempt any more")),
                // A refused status request says nothing about the work.
                WebReply.Refused refused => new ApiOutcome.Silent(refused.Words),
                var reply => Stands(visit, reply),
            },
            ApiTurn.Fetch => await client.ResultAsync(order, stop).ConfigureAwait(false) switch
            {
                WebReply.Good { Json: { } result } => await BringAsync(visit, result, stop).ConfigureAwait(false),
                WebReply.Good => new ApiOutcome.Silent("has ended, but its answer is empty"),
                WebReply.Refused { Code: HttpStatusCode.NotFound } when visit.Standing?.StartsWith("FAILED", StringComparison.Ordinal) == true => Keep(visit, Failure(visit.Standing)),
                WebReply.Refused refused => new ApiOutcome.Silent($"has ended, but its answer cannot be read: {refused.Words}"),
                WebReply.Silent silent => new ApiOutcome.Silent(silent.Why, silent.After),
                var reply => throw new InvalidOperationException($"No rule for {reply.GetType().Name}"),
            },
            ApiTurn.Withdraw => await client.CancelAsync(order, stop).ConfigureAwait(false) switch
            {
                WebReply.Good or WebReply.Refused { Code: HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.Gone } => new ApiOutcome.Says(new CourierNote.Withdrawn()),
                WebReply.Refused refused when await IsOverAsync(order, stop).ConfigureAwait(false) is false => new ApiOutcome.Silent(refused.Words),
                WebReply.Refused => new ApiOutcome.Says(new CourierNote.Withdrawn()),
                WebReply.Silent silent => new ApiOutcome.Silent(silent.Why, silent.After),
                var reply => throw new InvalidOperationException($"No rule for {reply.GetType().Name}"),
            },
            _ => throw new InvalidOperationException($"No rule for {visit.Turn}"),
        };
    }

    // An instrument that cannot stop ends by itself later.
    private async Task<bool> IsOverAsync(AttemptOrder order, CancellationToken stop) => await client.StatusAsync(order, stop).ConfigureAwait(false) switch
    {
        WebReply.Good { Json: { } json } => Text(json, "status")?.Trim().ToUpperInvariant() is "COMPLETED" or "FAILED" or "CANCELLED",
        WebReply.Refused { Code: HttpStatusCode.NotFound or HttpStatusCode.Gone } => true,
        _ => false,
    };

    private static ApiOutcome Stands(ApiVisit visit, WebReply reply)
    {
        if (reply is not WebReply.Good { Json: { } json })
        {
            var silent = reply as WebReply.Silent;
            return new ApiOutcome.Silent(silent?.Why ?? "sent an empty answer", silent?.After);
        }

        var status = Text(json, "status")?.Trim().ToUpperInvariant();
        var message = Text(json, "error") ?? Text(json, "message");
        switch (status)
        {
            case "ACCEPTED" or "QUEUED" or "RUNNING":
                // Only messages at a change of state are recorded, to keep the record short.
                if (visit.Standing != status)
                {
                    visit.Standing = status;
                    return Accepted(visit, message is null ? status : $"{status}: {message}");
                }

                return Accepted(visit, null);
            case "COMPLETED" or "FAILED":
                visit.Standing = status + (message is null ? "" : ": " + message);
                visit.ExternalId ??= visit.Order.Attempt.Value;
                return new ApiOutcome.Next(ApiTurn.Fetch, AtOnce: true, null);
            case "CANCELLED":
                return new ApiOutcome.Says(new CourierNote.Refused($"it was cancelled there{(message is null ? "" : ": " + message)}"));
            default:
                return new ApiOutcome.Silent($"answered with the unknown status '{status}'; the known ones are ACCEPTED, QUEUED, RUNNING, COMPLETED, FAILED, CANCELLED");
        }
    }

    private static ApiOutcome.Next Accepted(ApiVisit visit, string? words)
    {
        var known = visit.ExternalId is not null && visit.Note is CourierNote.Waits;
        visit.ExternalId ??= visit.Order.Attempt.Value;
        // After requests without a reply the last status is reported again.
        return new ApiOutcome.Next(ApiTurn.Poll, AtOnce: false, words ?? (known && visit.Failures == 0 ? null : visit.Standing));
    }

    private async Task<ApiOutcome> BringAsync(ApiVisit visit, JsonObject result, CancellationToken stop)
    {
        if (Text(result, "status")?.Trim().ToUpperInvariant() is not ("COMPLETED" or "FAILED"))
        {
            return new ApiOutcome.Silent("has ended, but its answer has no \"status\" COMPLETED or FAILED");
        }

        if (ResultFile.Read(result["files"]) is not { } files)
        {
            return new ApiOutcome.Silent(
                "has ended, but \"files\" of its answer must list paths inside the work folder, or objects with such a \"path\"");
        }

        foreach (var file in files)
        {
            if (await client.BringAsync(visit.Order, file, stop).ConfigureAwait(false) is { } why)
            {
                return new ApiOutcome.Silent($"has ended, but {why}");
            }
        }

        result["files"] = new JsonArray([.. files.Select(f => (JsonNode)f.Path)]);
        return Keep(visit, result);
    }

    private ApiOutcome Keep(ApiVisit visit, JsonObject result)
    {
        var path = Path.Combine(visit.Order.Folder, ExperimentExchange.Result);
        if (!RelativePath.StaysInside(visit.Order.RunFolder, path))
        {
            throw new IOException($"{path} has become a link that leads out of the run");
        }

        var content = Encoding.UTF8.GetBytes(result.ToJsonString(OutsideJson.Layout) + "\n");
        if (content.Length > OutsideJson.Largest)
        {
            return new ApiOutcome.Silent(
                $"has ended, but its answer is larger than {OutsideJson.Largest >> 20} MiB; put large data into files");
        }

        context.Disk.WriteAtomically(path, content);
        // An answer that was ready in time counts, even if it is fetched later.
        if (DateTimeOffset.TryParse(Text(result, "ended_at_utc"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var ended) && ended < context.Clock.GetUtcNow() && ended > DateTimeOffset.UnixEpoch)
        {
            File.SetLastWriteTimeUtc(path, ended.UtcDateTime);
        }

        return new ApiOutcome.Next(ApiTurn.Fetch, AtOnce: false, visit.Standing);
    }

    private static JsonObject Failure(string standing) => new() { ["status"] = "FAILED", ["error"] = standing.Split(": ", 2) is [_, var words] ? words : null };

    private static string? Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim().Length > 0 ? text.Trim() : null;
}
