using System.Text.Json;
using System.Text.Json.Serialization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>The form in which a task's definition is kept in a run's store and hashed: fixed order, defaults left out.</summary>
internal static class TaskJson
{
    public static byte[] Write(PlannedTask planned)
    {
        var task = planned.Task;
        return JsonSerializer.SerializeToUtf8Bytes(new Stored
        {
            Command = task.Command,
            DependsOn = NullIfEmpty(task.DependsOn, d => d.Value),
            Inputs = NullIfEmpty(planned.Inputs, i => new StoredInput(i.Path, i.Source, i.Content.Hex, i.Executable)),
            Outputs = NullIfEmpty(task.Outputs, o => o),
            Env = NullIfEmpty(task.Env, e => e.Key + "=" + e.Value),
            Cores = task.Cores == 1 ? null : task.Cores,
            MemoryGb = task.MemoryGb,
            Gpus = task.Gpus == 0 ? null : task.Gpus,
            TimeLimitMinutes = task.TimeLimitMinutes,
            Image = task.Image,
            AllowFailure = task.AllowFailure ? true : null,
            AllowDependencyFailure = task.AllowDependencyFailure ? true : null,
            MaxAttempts = task.MaxAttempts == 1 ? null : task.MaxAttempts,
            RetryMemoryFactor = task.RetryMemoryFactor == 1 ? null : task.RetryMemoryFactor,
            Kind = task.Kind == TaskKind.Task ? null : task.Kind.ToString(),
            Message = task.Message,
            Parameters = task.Parameters,
            DownloadInclude = NullIfEmpty(task.DownloadInclude, d => d),
            DownloadExclude = NullIfEmpty(task.DownloadExclude, d => d),
            Cache = task.Cache ? null : false,
        }, TaskJsonContext.Default.Stored);
    }

    public static PlannedTask Read(TaskId id, OperatorKey key, string json)
    {
        var stored = JsonSerializer.Deserialize(json, TaskJsonContext.Default.Stored)!;
        var task = new CampaignTask
        {
            Id = id,
            OperatorKey = key,
            Command = stored.Command,
            DependsOn = (stored.DependsOn ?? []).Select(TaskId.Trusted).ToArray(),
            Outputs = stored.Outputs ?? [],
            Env = (stored.Env ?? []).Select(e => e.Split('=', 2)).Select(p => new KeyValuePair<string, string>(p[0], p[1])).ToArray(),
            Cores = stored.Cores ?? 1,
            MemoryGb = stored.MemoryGb,
            Gpus = stored.Gpus ?? 0,
            TimeLimitMinutes = stored.TimeLimitMinutes,
            Image = stored.Image,
            AllowFailure = stored.AllowFailure ?? false,
            AllowDependencyFailure = stored.AllowDependencyFailure ?? false,
            MaxAttempts = stored.MaxAttempts ?? 1,
            RetryMemoryFactor = stored.RetryMemoryFactor ?? 1,
            Kind = stored.Kind is null ? TaskKind.Task : Enum.Parse<TaskKind>(stored.Kind),
            Message = stored.Message,
            Parameters = stored.Parameters,
            DownloadInclude = stored.DownloadInclude ?? [],
            DownloadExclude = stored.DownloadExclude ?? [],
            Cache = stored.Cache ?? true,
        };
        var inputs = (stored.Inputs ?? []).Select(i => new StagedInput(i.Path, i.Source, Sha256.TryParse(i.Sha256, out var hash) ? hash : default, i.Executable));
        return new PlannedTask(task, inputs.ToArray());
    }

    private static TStored[]? NullIfEmpty<T, TStored>(IReadOnlyList<T> items, Func<T, TStored> stored) => items.Count == 0 ? null : items.Select(stored).ToArray();

    internal sealed record StoredInput(string Path, string Source, string Sha256, bool Executable);

    internal sealed class Stored
    {
        public string Command { get; set; } = "";

        public string[]? DependsOn { get; set; }

        public StoredInput[]? Inputs { get; set; }

        public string[]? Outputs { get; set; }

        public string[]? Env { get; set; }

        public int? Cores { get; set; }

        public double? MemoryGb { get; set; }

        public int? Gpus { get; set; }

        public double? TimeLimitMinutes { get; set; }

        public string? Image { get; set; }

        public bool? AllowFailure { get; set; }

        public bool? AllowDependencyFailure { get; set; }

        public int? MaxAttempts { get; set; }

        public double? RetryMemoryFactor { get; set; }

        public string? Kind { get; set; }

        public string? Message { get; set; }

        public string? Parameters { get; set; }

        public string[]? DownloadInclude { get; set; }

        public string[]? DownloadExclude { get; set; }

        public bool? Cache { get; set; }
    }
}

/// <summary>Serialisers made at compile time: reflection would cost a start-up that every Step pays.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskJson.Stored))]
internal sealed partial class TaskJsonContext : JsonSerializerContext;
