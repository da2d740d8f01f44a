using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>JSON form of a task's definition, in a run's database and in hashes: in a fixed order, without default values.</summary>
/// <remarks>Written and read by hand: every process would have to compile a serializer again, and every Step would pay for it.</remarks>
internal static class TaskJson
{
    public static byte[] Write(PlannedTask planned)
    {
        var task = planned.Task;
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("command", task.Command);
            Write(json, "depends_on", task.DependsOn, static (json, id) => json.WriteStringValue(id.Value));
            Write(json, "inputs", planned.Inputs, Write);
            Write(json, "outputs", task.Outputs);
            Write(json, "figures", task.Figures);
            Write(json, "env", task.Env, static (json, pair) => json.WriteStringValue(pair.Key + "=" + pair.Value));
            Write(json, "cores", task.Cores, 1);
            Write(json, "memory_gb", task.MemoryGb);
            Write(json, "gpus", task.Gpus, 0);
            Write(json, "time_limit_minutes", task.TimeLimitMinutes);
            Write(json, "image", task.Image);
            Write(json, "allow_failure", task.AllowFailure, false);
            Write(json, "allow_dependency_failure", task.AllowDependencyFailure, false);
            Write(json, "max_attempts", task.MaxAttempts, 1);
            Write(json, "retry_memory_factor", task.RetryMemoryFactor == 1 ? null : task.RetryMemoryFactor);
            Write(json, "kind", task.Kind == TaskKind.Task ? null : task.Kind.ToString());
            Write(json, "message", task.Message);
            Write(json, "parameters", task.Parameters);
            Write(json, "download_include", task.DownloadInclude);
            Write(json, "download_exclude", task.DownloadExclude);
            Write(json, "cache", task.Cache, true);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="JsonException">The text is not what <see cref="Write(PlannedTask)"/> wrote.</exception>
    public static PlannedTask Read(TaskId id, OperatorKey key, string json) => Read(id, key, Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Read(TaskId, OperatorKey, string)"/>
    public static PlannedTask Read(TaskId id, OperatorKey key, ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var stored = document.RootElement;
        var task = new CampaignTask
        {
            Id = id,
            OperatorKey = key,
            Command = ReadText(stored, "command") ?? "",
            DependsOn = ReadList(stored, "depends_on", static e => TaskId.FromTrusted(ReadText(e))),
            Outputs = ReadTexts(stored, "outputs"),
            Figures = ReadTexts(stored, "figures"),
            Env = ReadList(stored, "env", static e => ReadText(e).Split('=', 2) is [var name, var value] ? new KeyValuePair<string, string>(name, value) : throw new JsonException("an 'env' has no '='")),
            Cores = stored.TryGetProperty("cores", out var cores) ? cores.GetInt32() : 1,
            MemoryGb = ReadNumber(stored, "memory_gb"),
            Gpus = stored.TryGetProperty("gpus", out var gpus) ? gpus.GetInt32() : 0,
            TimeLimitMinutes = ReadNumber(stored, "time_limit_minutes"),
            Image = ReadText(stored, "image"),
            AllowFailure = stored.TryGetProperty("allow_failure", out var allowFailure) && allowFailure.GetBoolean(),
            AllowDependencyFailure = stored.TryGetProperty("allow_dependency_failure", out var allowDependencyFailure) && allowDependencyFailure.GetBoolean(),
            MaxAttempts = stored.TryGetProperty("max_attempts", out var maxAttempts) ? maxAttempts.GetInt32() : 1,
            RetryMemoryFactor = ReadNumber(stored, "retry_memory_factor") ?? 1,
            Kind = ReadText(stored, "kind") is { } kind ? Enum.Parse<TaskKind>(kind) : TaskKind.Task,
            Message = ReadText(stored, "message"),
            Parameters = ReadText(stored, "parameters"),
            DownloadInclude = ReadTexts(stored, "download_include"),
            DownloadExclude = ReadTexts(stored, "download_exclude"),
            Cache = !stored.TryGetProperty("cache", out var cache) || cache.GetBoolean(),
        };
        return new PlannedTask(task, ReadList(stored, "inputs", static e => new StagedInput(
            ReadText(e.GetProperty("path")), ReadText(e.GetProperty("source")), Sha256.TryParse(e.GetProperty("sha256").GetString(), out var hash) ? hash : default, e.GetProperty("executable").GetBoolean())));
    }

    private static void Write(Utf8JsonWriter json, StagedInput input)
    {
        json.WriteStartObject();
        json.WriteString("path", input.Path);
        json.WriteString("source", input.Source);
        json.WriteString("sha256", input.Content.Hex);
        json.WriteBoolean("executable", input.Executable);
        json.WriteEndObject();
    }

    private static void Write<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> items) => Write(json, name, items, static (json, text) => json.WriteStringValue(text));

    private static void Write(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, int number, int usual)
    {
        if (number != usual)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, bool flag, bool usual)
    {
        if (flag != usual)
        {
            json.WriteBoolean(name, flag);
        }
    }

    private static T[] ReadList<T>(JsonElement stored, string name, Func<JsonElement, T> read)
    {
        if (!stored.TryGetProperty(name, out var array))
        {
            return [];
        }

        var items = new T[array.GetArrayLength()];
        // Access by index would count from the first element each time.
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            items[i++] = read(item);
        }

        return items;
    }

    private static string[] ReadTexts(JsonElement stored, string name) => ReadList(stored, name, static e => ReadText(e));

    private static string? ReadText(JsonElement stored, string name) => stored.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string ReadText(JsonElement text) => text.GetString() ?? throw new JsonException("a text is missing");

    private static double? ReadNumber(JsonElement stored, string name) => stored.TryGetProperty(name, out var number) ? number.GetDouble() : null;
}
