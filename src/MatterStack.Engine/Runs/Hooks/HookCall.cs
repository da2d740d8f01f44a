using System.Text;
using System.Text.Json.Nodes;
using MatterStack.Engine.Operators.Web;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Tells one event to those whom the wiring names.</summary>
/// <param name="run">The run.</param>
/// <param name="folder">Folder that commands run in.</param>
/// <param name="reveal">Resolves references in texts of wiring.</param>
/// <param name="clock">Time.</param>
internal sealed class HookCall(RunFolder run, string folder, Func<string, string> reveal, TimeProvider clock)
{
    private const int MostCommands = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    /// <returns>What went wrong, null if nothing did; and whether it is not to be tried again.</returns>
    public async Task<(string? Trouble, bool Over)> TellAsync(OpenHook hook, Settings? target, CancellationToken stop)
    {
        if (target is null)
        {
            return ("the wiring has no such hook any more", true);
        }

        var late = clock.GetUtcNow() - hook.At > GivenUpAfter;
        try
        {
            if (target.Text("command") is { } command && await CommandAsync(hook, command, stop).ConfigureAwait(false) is { } failed)
            {
                return ($"the command failed ({failed})", late || hook.Tries + 1 >= MostCommands);
            }

            return target.Text("webhook") is not { } address ? (null, true)
                : await PostAsync(hook, address, target.Text("auth"), stop).ConfigureAwait(false) switch
                {
                    WebReply.Refused refused => ($"the webhook refused it ({refused.Words})", true),
                    // What it says in return is nothing to us.
                    WebReply.Silent { Why: WebClient.NoJson } or WebReply.Good => (null, true),
                    WebReply.Silent silent => ($"the webhook gave no good answer ({silent.Why})", late),
                    _ => throw new InvalidOperationException("No rule for this reply"),
                };
        }
        catch (ProblemException e)
        {
            return (e.Problems[0].Text, late);
        }
    }

    private async Task<string?> CommandAsync(OpenHook hook, string command, CancellationToken stop)
    {
        var told = Told(hook);
        return await HookCommand.RunAsync(reveal(command), folder,
        [
            ("MATTERSTACK_HOOK", hook.Hook),
            ("MATTERSTACK_HOOK_RUN_ID", (string?)told["run_id"]),
            ("MATTERSTACK_HOOK_RUN_FOLDER", run.Path),
            ("MATTERSTACK_HOOK_TASK_ID", (string?)told["task_id"]),
            ("MATTERSTACK_HOOK_ATTEMPT_ID", (string?)told["attempt_id"]),
            ("MATTERSTACK_HOOK_STATE", (string?)told["state"]),
        ], told.ToJsonString(), stop).ConfigureAwait(false);
    }

    private async Task<WebReply> PostAsync(OpenHook hook, string address, string? auth, CancellationToken stop)
    {
        using var web = new WebClient(clock, Patience, auth is null ? null : () => reveal(auth));
        var url = reveal(address);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return new WebReply.Refused(0, "what 'webhook' stands for is no address http://… or https://…");
        }

        var told = Told(hook);
        var reply = await web.SendAsync(HttpMethod.Post, url, Encoding.UTF8.GetBytes(told.ToJsonString()), [(WebClient.IdempotencyKey, (string)told["event_id"]!)], stop).ConfigureAwait(false);
        // An address that is a reference is a secret, and the host is part of it.
        return address == url ? reply : reply switch
        {
            WebReply.Refused refused => refused with { Words = Hide(refused.Words, uri) },
            WebReply.Silent silent => silent with { Why = Hide(silent.Why, uri) },
            _ => reply,
        };
    }

    private static string Hide(string words, Uri address) =>
        words.Replace(address.OriginalString, "***", StringComparison.Ordinal).Replace(address.PathAndQuery.Length > 1 ? address.PathAndQuery : address.Host, "***", StringComparison.Ordinal).Replace(address.Host, "***", StringComparison.Ordinal);

    private static JsonObject Told(OpenHook hook)
    {
        var told = (JsonObject)JsonNode.Parse(hook.Event)!;
        told["event_id"] = $"{told["run_id"]}/{hook.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        return told;
    }
}
