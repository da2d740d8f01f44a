using System.Buffers;
using System.Text;
using System.Text.Json;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>JSON form of a task's definition, in a run's database and in hashes: in a fixed order, without default values.</summary>
/// <remarks>Written and read by hand: every process would have to compile a serializer again, and every Step would pay for it.</remarks>
internal static class TaskJson
{
    /// <summary>Whether the stored form of a task has one of these fields. Fast: most tasks need not be parsed.</summary>
    /// <param name="definition">The stored form.</param>
    /// <param name="names">Names in the stored form.</param>
    public static bool HasAnyField(string definition, params ReadOnlySpan<string> names)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(definition));
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.CurrentDepth == 1)
            {
                foreach (var name in names)
                {
                    if (json.ValueTextEquals(name))
                    {
                        return true;
                    }
                }

                json.Skip();
            }
        }

        return false;
    }

    public static byte[] Write(PlannedTask planned)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var field in TaskFields.All)
            {
                field.Write(json, planned);
            }

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
        var task = new CampaignTask { Id = id, OperatorKey = key };
        foreach (var property in stored.EnumerateObject())
        {
            // A task has few of the fields. Asking for each field takes several times as long, and a command reads thousands of tasks.
            if (TaskFields.FindStored(property.Name) is { } field)
            {
                task = field.Read(task, property.Value);
            }
        }

        return new PlannedTask(task, FileListField.ReadInputs(stored));
    }
}
