using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Transports.Http;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Sends one request to an instrument and interprets the reply.</summary>
internal sealed class InstrumentProtocol(InstrumentClient client, OperatorContext context)
{
    public async Task<InstrumentStepResult> RunStepAsync(InstrumentAttempt visit, CancellationToken stop)
    {
        var request = visit.Request;
        return visit.Step switch
        {
            InstrumentStep.CheckExistence => await client.GetStatusAsync(request, stop).ConfigureAwait(false) switch
            {
                // The instrument does not know the attempt: an earlier request has not arrived.
                WebReply.Refused { StatusCode: HttpStatusCode.NotFound } => new InstrumentStepResult.NextStep(
                    InstrumentStep.Submit,
                    IsImmediate: true,
                    null
                ),
                WebReply.Refused refused => new InstrumentStepResult.FinalStatus(new TransportStatus.Refused(refused.Message)),
                var reply => InterpretStatus(visit, reply),
            },
            InstrumentStep.Submit => await client
                .SubmitAsync(request, context.Disk.ReadAllBytes(Path.Combine(request.Folder, ExperimentFiles.RequestFile)), stop)
                .ConfigureAwait(false) switch
            {
                WebReply.Refused refused => new InstrumentStepResult.FinalStatus(new TransportStatus.Refused(refused.Message)),
                WebReply.Success { Json: null } => ContinuePolling(visit, "has it"),
                var reply => InterpretStatus(visit, reply),
            },
            InstrumentStep.Poll => await client.GetStatusAsync(request, stop).ConfigureAwait(false) switch
            {
                WebReply.Refused { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Gone } => new InstrumentStepResult.FinalStatus(
                    new TransportStatus.Refused("it does not know the attempt any more")
                ),
                // A refused status request says nothing about the work.
                WebReply.Refused refused => new InstrumentStepResult.Retry(refused.Message),
                var reply => InterpretStatus(visit, reply),
            },
            InstrumentStep.Fetch => await client.GetResultAsync(request, stop).ConfigureAwait(false) switch
            {
                WebReply.Success { Json: { } result } => await DownloadResultAsync(visit, result, stop).ConfigureAwait(false),
                WebReply.Success => new InstrumentStepResult.Retry("has ended, but its answer is empty"),
                WebReply.Refused { StatusCode: HttpStatusCode.NotFound } when visit.LastStatus is InstrumentStatus.Failed => StoreResult(
                    visit,
                    CreateFailure(visit.EndMessage)
                ),
                WebReply.Refused refused => new InstrumentStepResult.Retry($"has ended, but its answer cannot be read: {refused.Message}"),
                WebReply.TransientFailure silent => new InstrumentStepResult.Retry(silent.Reason, silent.RetryAfter),
                var reply => throw new InvalidOperationException($"No rule for {reply.GetType().Name}"),
            },
            InstrumentStep.Withdraw => await client.CancelAsync(request, stop).ConfigureAwait(false) switch
            {
                WebReply.Success
                or WebReply.Refused { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.Gone } =>
                    new InstrumentStepResult.FinalStatus(new TransportStatus.Withdrawn()),
                WebReply.Refused refused when await HasEndedAsync(request, stop).ConfigureAwait(false) is false =>
                    new InstrumentStepResult.Retry(refused.Message),
                WebReply.Refused => new InstrumentStepResult.FinalStatus(new TransportStatus.Withdrawn()),
                WebReply.TransientFailure silent => new InstrumentStepResult.Retry(silent.Reason, silent.RetryAfter),
                var reply => throw new InvalidOperationException($"No rule for {reply.GetType().Name}"),
            },
            _ => throw new InvalidOperationException($"No rule for {visit.Step}"),
        };
    }

    // An instrument that cannot stop ends by itself later.
    private async Task<bool> HasEndedAsync(AttemptRequest request, CancellationToken stop) =>
        await client.GetStatusAsync(request, stop).ConfigureAwait(false) switch
        {
            WebReply.Success { Json: { } json } => InstrumentStatusText.FindStatus(ReadText(json, "status"))
                is InstrumentStatus.Completed
                    or InstrumentStatus.Failed
                    or InstrumentStatus.Cancelled,
            WebReply.Refused { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Gone } => true,
            _ => false,
        };

    private static InstrumentStepResult InterpretStatus(InstrumentAttempt visit, WebReply reply)
    {
        if (reply is not WebReply.Success { Json: { } json })
        {
            var silent = reply as WebReply.TransientFailure;
            return new InstrumentStepResult.Retry(silent?.Reason ?? "sent an empty answer", silent?.RetryAfter);
        }

        var text = ReadText(json, "status")?.Trim().ToUpperInvariant();
        var message = ReadText(json, "error") ?? ReadText(json, "message");
        switch (InstrumentStatusText.FindStatus(text))
        {
            case (InstrumentStatus.Accepted or InstrumentStatus.Queued or InstrumentStatus.Running) and var status:
                // Only messages at a change of state are recorded, to keep the record short.
                if (visit.LastStatus != status)
                {
                    visit.LastStatus = status;
                    return ContinuePolling(visit, message is null ? text : $"{text}: {message}");
                }

                return ContinuePolling(visit, null);
            case (InstrumentStatus.Completed or InstrumentStatus.Failed) and var end:
                (visit.LastStatus, visit.EndMessage) = (end, message);
                visit.ExternalId ??= visit.Request.Attempt.Value;
                return new InstrumentStepResult.NextStep(InstrumentStep.Fetch, IsImmediate: true, null);
            case InstrumentStatus.Cancelled:
                return new InstrumentStepResult.FinalStatus(
                    new TransportStatus.Refused($"it was cancelled there{(message is null ? "" : ": " + message)}")
                );
            default:
                return new InstrumentStepResult.Retry(
                    $"answered with the unknown status '{text}'; the known ones are ACCEPTED, QUEUED, RUNNING, COMPLETED, FAILED, CANCELLED"
                );
        }
    }

    private static InstrumentStepResult.NextStep ContinuePolling(InstrumentAttempt visit, string? words)
    {
        var known = visit.ExternalId is not null && visit.Status is TransportStatus.Pending;
        visit.ExternalId ??= visit.Request.Attempt.Value;
        // After requests without a reply the last status is reported again.
        return new InstrumentStepResult.NextStep(
            InstrumentStep.Poll,
            IsImmediate: false,
            words ?? (known && visit.FailureCount == 0 ? null : visit.StatusText)
        );
    }

    private async Task<InstrumentStepResult> DownloadResultAsync(InstrumentAttempt visit, JsonObject result, CancellationToken stop)
    {
        if (InstrumentStatusText.FindStatus(ReadText(result, "status")) is not (InstrumentStatus.Completed or InstrumentStatus.Failed))
        {
            return new InstrumentStepResult.Retry("has ended, but its answer has no \"status\" COMPLETED or FAILED");
        }

        if (InstrumentFile.ParseList(result["files"]) is not { } files)
        {
            return new InstrumentStepResult.Retry(
                "has ended, but \"files\" of its answer must list paths inside the work folder, or objects with such a \"path\""
            );
        }

        foreach (var file in files)
        {
            if (await client.DownloadFileAsync(visit.Request, file, stop).ConfigureAwait(false) is { } why)
            {
                return new InstrumentStepResult.Retry($"has ended, but {why}");
            }
        }

        result["files"] = new JsonArray([.. files.Select(f => (JsonNode)f.Path)]);
        return StoreResult(visit, result);
    }

    private InstrumentStepResult StoreResult(InstrumentAttempt visit, JsonObject result)
    {
        var path = Path.Combine(visit.Request.Folder, ExperimentFiles.ResultFile);
        if (!RelativePath.StaysInside(visit.Request.RunFolder, path))
        {
            throw new IOException($"{path} has become a link that leads out of the run");
        }

        var content = Encoding.UTF8.GetBytes(result.ToJsonString(OutsideJson.IndentedOptions) + "\n");
        if (content.Length > OutsideJson.MaxBytes)
        {
            return new InstrumentStepResult.Retry(
                $"has ended, but its answer is larger than {OutsideJson.MaxBytes >> 20} MiB; put large data into files"
            );
        }

        context.Disk.WriteAtomically(path, content);
        // An answer that was ready in time counts, even if it is fetched later.
        if (
            DateTimeOffset.TryParse(
                ReadText(result, "ended_at_utc"),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var ended
            )
            && ended < context.Clock.GetUtcNow()
            && ended > DateTimeOffset.UnixEpoch
        )
        {
            File.SetLastWriteTimeUtc(path, ended.UtcDateTime);
        }

        return new InstrumentStepResult.NextStep(InstrumentStep.Fetch, IsImmediate: false, visit.StatusText);
    }

    private static JsonObject CreateFailure(string? message) =>
        new() { ["status"] = InstrumentStatus.Failed.ToText(), ["error"] = message };

    private static string? ReadText(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim().Length > 0 ? text.Trim() : null;
}
