using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Transports.Http;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Delivers one event to the command and the webhook of its hook.</summary>
/// <param name="run">The run.</param>
/// <param name="folder">Working folder of commands.</param>
/// <param name="secrets">Resolves references of the wiring, and replaces their values in replies.</param>
/// <param name="clock">Time.</param>
internal sealed class HookSender(RunFolder run, string folder, SecretResolver secrets, TimeProvider clock)
{
    private const int MaxCommandTries = 5;
    private const int MaxErrorLength = 300;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxRetryTime = TimeSpan.FromDays(3);

    /// <returns>The error, null if the event was delivered; and whether the delivery is finished: it succeeded or must not be
    /// repeated.</returns>
    public async Task<(string? Trouble, bool Over)> SendEventAsync(PendingHook hook, Settings? target, CancellationToken stop)
    {
        if (target is null)
        {
            return ("the wiring does not have this hook any more", true);
        }

        var late = clock.GetUtcNow() - hook.At > MaxRetryTime;
        try
        {
            if (target.GetText("command") is { } command && await RunCommandAsync(hook, command, stop).ConfigureAwait(false) is { } failed)
            {
                return (
                    $"the command failed ({UntrustedText.ToLine(secrets.Redact(failed), MaxErrorLength)})",
                    late || hook.TryCount + 1 >= MaxCommandTries
                );
            }

            return target.GetText("webhook") is not { } address
                ? (null, true)
                : await PostEventAsync(hook, address, target.GetText("auth"), stop).ConfigureAwait(false) switch
                {
                    WebReply.Refused refused => ($"the webhook refused the event ({refused.Message})", true),
                    // The content of the reply does not matter.
                    WebReply.TransientFailure { IsUnreadable: true } or WebReply.Success => (null, true),
                    WebReply.TransientFailure silent => ($"the webhook gave no good answer ({silent.Reason})", late),
                    _ => throw new InvalidOperationException("No rule for this reply"),
                };
        }
        catch (ProblemException e)
        {
            return (e.Problems[0].Text, late);
        }
    }

    /// <summary>Replaces resolved secrets of hooks in text.</summary>
    public string RedactSecrets(string words) => secrets.Redact(words);

    private async Task<string?> RunCommandAsync(PendingHook hook, string command, CancellationToken stop)
    {
        var told = BuildEvent(hook);
        return await HookProcess
            .RunCommandAsync(
                secrets.ResolveSecrets(command),
                folder,
                [
                    ("MATTERSTACK_HOOK", hook.Hook),
                    ("MATTERSTACK_HOOK_RUN_ID", (string?)told["run_id"]),
                    ("MATTERSTACK_HOOK_RUN_FOLDER", run.Path),
                    ("MATTERSTACK_HOOK_TASK_ID", (string?)told["task_id"]),
                    ("MATTERSTACK_HOOK_ATTEMPT_ID", (string?)told["attempt_id"]),
                    ("MATTERSTACK_HOOK_STATE", (string?)told["state"]),
                ],
                told.ToJsonString(),
                stop
            )
            .ConfigureAwait(false);
    }

    private async Task<WebReply> PostEventAsync(PendingHook hook, string address, string? auth, CancellationToken stop)
    {
        using var web = new WebClient(clock, RequestTimeout, auth is null ? null : () => secrets.ResolveSecrets(auth), secrets.Redactor);
        var url = secrets.ResolveSecrets(address);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new WebReply.Refused(0, "the value of 'webhook' is not an address http://… or https://…");
        }

        if (address != url)
        {
            // An address given as a reference is a secret, including its host.
            secrets.Redactor.Add(uri.Host);
            secrets.Redactor.Add(uri.PathAndQuery);
        }

        var told = BuildEvent(hook);
        return await web.SendAsync(
                HttpMethod.Post,
                url,
                Encoding.UTF8.GetBytes(told.ToJsonString()),
                [(WebClient.IdempotencyKey, (string)told["event_id"]!)],
                stop
            )
            .ConfigureAwait(false);
    }

    private static JsonObject BuildEvent(PendingHook hook)
    {
        var told = (JsonObject)JsonNode.Parse(hook.Event)!;
        told["event_id"] = $"{told["run_id"]}/{hook.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        return told;
    }
}
