using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What follows a failed attempt of a task, as its metadata say. Tasks with equal policies share one object.</summary>
internal sealed class TaskPolicy
{
    /// <summary>The policy of a task without metadata about it.</summary>
    public static TaskPolicy Default { get; } = new();

    /// <summary>Causes that are tried again; empty: every cause.</summary>
    public IReadOnlyList<RetryCause> RetryOn { get; init; } = [];

    /// <summary>Factor on the memory after an attempt that ran out of memory.</summary>
    public double RetryMemoryFactor { get; init; } = 1;

    /// <summary>Factor on the time limit after an attempt that reached it.</summary>
    public double RetryTimeFactor { get; init; } = 1;

    /// <summary>Time before the next attempt.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>What happens when no other attempt follows by itself.</summary>
    public FailureAction OnFailure { get; init; }

    /// <summary>Whether attempts carry on from files of the last one.</summary>
    public bool Carries { get; init; }

    /// <summary>Memory on each node in GiB; null if the task states none.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>Time limit in minutes; null if the task states none.</summary>
    public double? TimeLimitMinutes { get; init; }

    /// <summary>Longest time limit in minutes.</summary>
    public static double MaxTimeLimitMinutes => CampaignTask.MaxTimeLimitMinutes;

    /// <summary>Whether the task waits for a person when no other attempt follows by itself.</summary>
    public bool IsHeldAtEnd => OnFailure == FailureAction.Hold;

    /// <summary>Whether every cause is tried again, also one that is not named.</summary>
    public bool CoversEveryCause => RetryOn.Count == 0 || RetryOn.Any(static cause => cause.Name == RetryCause.Any);

    /// <summary>Whether <c>RetryOn</c> names a cause itself; <c>ANY</c> names none.</summary>
    /// <param name="cause">Cause of an end; null if it is not known.</param>
    /// <param name="causeText">The cause as the store has it.</param>
    /// <param name="exitCode">Exit code of the command; null if there is none.</param>
    public bool NamesCause(EndCause? cause, string? causeText, int? exitCode) =>
        RetryOn.Any(named =>
            named.FirstExitCode is { } first
                ? cause is EndCause.Exited or EndCause.Signal && exitCode >= first && exitCode <= (named.LastExitCode ?? first)
                : named.Name == causeText
        );

    /// <summary>Returns the policy of a task; null if it has the defaults.</summary>
    public static TaskPolicy? FromTask(CampaignTask task)
    {
        var isDefault =
            task is { RetryOn.Count: 0, RetryMemoryFactor: 1, RetryTimeFactor: 1, OnFailure: FailureAction.Fail, Carry.Count: 0 }
            && task.RetryDelay == TimeSpan.Zero
            // Ceilings of an operator cut the first request, too.
            && task is { MemoryGb: null, TimeLimitMinutes: null };
        return isDefault
            ? null
            : new TaskPolicy
            {
                RetryOn = task.RetryOn,
                RetryMemoryFactor = task.RetryMemoryFactor,
                RetryTimeFactor = task.RetryTimeFactor,
                RetryDelay = task.RetryDelay,
                OnFailure = task.OnFailure,
                Carries = task.Carry.Count > 0,
                MemoryGb = task.MemoryGb,
                TimeLimitMinutes = task.TimeLimitMinutes,
            };
    }

    /// <summary>Parses the stored form.</summary>
    /// <exception cref="FormatException">The text is not a stored form.</exception>
    public static TaskPolicy Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var stored = document.RootElement;
            return new TaskPolicy
            {
                RetryOn = stored.TryGetProperty("retry_on", out var causes)
                    ? [.. causes.EnumerateArray().Select(static cause => RetryCause.FromString(cause.GetString() ?? ""))]
                    : [],
                RetryMemoryFactor = FindNumber(stored, "memory_factor") ?? 1,
                RetryTimeFactor = FindNumber(stored, "time_factor") ?? 1,
                RetryDelay = TimeSpan.FromSeconds(FindNumber(stored, "delay_seconds") ?? 0),
                OnFailure =
                    stored.TryGetProperty("on_failure", out var action) && action.GetString() == "hold" ? FailureAction.Hold : default,
                Carries = stored.TryGetProperty("carries", out var carries) && carries.GetBoolean(),
                MemoryGb = FindNumber(stored, "memory_gb"),
                TimeLimitMinutes = FindNumber(stored, "time_limit_minutes"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"'{text}' does not say what follows a failed attempt", e);
        }
    }

    /// <summary>The stored form: a JSON object without default values.</summary>
    public override string ToString()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (RetryOn.Count > 0)
            {
                json.WriteStartArray("retry_on");
                foreach (var cause in RetryOn)
                {
                    json.WriteStringValue(cause.ToString());
                }

                json.WriteEndArray();
            }

            WriteNumber("memory_factor", RetryMemoryFactor == 1 ? null : RetryMemoryFactor);
            WriteNumber("time_factor", RetryTimeFactor == 1 ? null : RetryTimeFactor);
            WriteNumber("delay_seconds", RetryDelay == TimeSpan.Zero ? null : RetryDelay.TotalSeconds);
            if (OnFailure == FailureAction.Hold)
            {
                json.WriteString("on_failure", "hold");
            }

            if (Carries)
            {
                json.WriteBoolean("carries", true);
            }

            WriteNumber("memory_gb", MemoryGb);
            WriteNumber("time_limit_minutes", TimeLimitMinutes);
            json.WriteEndObject();

            void WriteNumber(string name, double? value)
            {
                if (value is { } number)
                {
                    json.WriteNumber(name, number);
                }
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static double? FindNumber(JsonElement stored, string name) =>
        stored.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
