using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an attempt of a task occupies beside a slot and cores: memory, accelerators, named resources. Tasks with equal needs share
/// one object.</summary>
internal sealed class TaskNeeds : IEquatable<TaskNeeds>
{
    private const string Memory = "memory_mib";
    private const string Accelerators = "gpus";
    private const string Use = "use";

    private readonly string _text;

    private TaskNeeds(int memoryMib, int gpus, IReadOnlyList<(string Name, int Count)> uses)
    {
        (MemoryMib, Gpus, Uses) = (memoryMib, gpus, uses);
        _text = Format();
    }

    /// <summary>Memory in MiB; 0 if the task states none.</summary>
    public int MemoryMib { get; }

    /// <summary>Number of accelerators.</summary>
    public int Gpus { get; }

    /// <summary>Named resources, sorted by name.</summary>
    public IReadOnlyList<(string Name, int Count)> Uses { get; }

    /// <summary>Returns the needs of a task; null if it has none.</summary>
    /// <param name="memoryGb">Memory in GiB; null: none is stated.</param>
    /// <param name="gpus">Number of accelerators.</param>
    /// <param name="uses">Named resources, each once.</param>
    public static TaskNeeds? Create(double? memoryGb, int gpus, IReadOnlyList<ResourceUse> uses) =>
        memoryGb is null && gpus == 0 && uses.Count == 0
            ? null
            : new TaskNeeds(
                ToMebibytes(memoryGb ?? 0),
                gpus,
                [.. uses.Select(static use => (use.Name, use.Count)).OrderBy(static use => use.Name, StringComparer.Ordinal)]
            );

    /// <summary>Returns the needs of a task; null if it has none.</summary>
    public static TaskNeeds? FromTask(CampaignTask task) => Create(task.MemoryGb, task.Gpus, task.Uses);

    /// <summary>Parses the stored form.</summary>
    /// <exception cref="FormatException">The text is not a stored form.</exception>
    public static TaskNeeds Parse(string text)
    {
        var (memory, gpus, uses) = (0, 0, new List<(string, int)>());
        foreach (var part in text.Split(';'))
        {
            var cut = part.IndexOf('=', StringComparison.Ordinal);
            var value = part[(cut + 1)..];
            switch (cut < 0 ? "" : part[..cut])
            {
                case Memory:
                    memory = ParseCount(value, text);
                    break;
                case Accelerators:
                    gpus = ParseCount(value, text);
                    break;
                case Use when ResourceUse.FromString(value) is { Count: >= 1, Name.Length: > 0 } use:
                    uses.Add((use.Name, use.Count));
                    break;
                default:
                    throw new FormatException($"'{text}' does not say what a task needs");
            }
        }

        return new TaskNeeds(memory, gpus, uses);
    }

    /// <summary>Converts GiB to MiB, rounded up.</summary>
    public static int ToMebibytes(double gibibytes) => (int)Math.Min(Math.Ceiling(gibibytes * 1024), int.MaxValue);

    public bool Equals(TaskNeeds? other) => other?._text == _text;

    public override bool Equals(object? obj) => Equals(obj as TaskNeeds);

    public override int GetHashCode() => string.GetHashCode(_text, StringComparison.Ordinal);

    /// <summary>The stored form: parts <c>memory_mib=4096</c>, <c>gpus=2</c>, <c>use=vasp_licence*2</c>, joined by <c>;</c>.</summary>
    public override string ToString() => _text;

    private string Format()
    {
        var text = new StringBuilder();
        Append(Memory, MemoryMib == 0 ? null : MemoryMib.ToString(CultureInfo.InvariantCulture));
        Append(Accelerators, Gpus == 0 ? null : Gpus.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, count) in Uses)
        {
            Append(Use, new ResourceUse(name, count).ToString());
        }

        return text.ToString();

        void Append(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(text.Length > 0 ? ";" : "").Append(name).Append('=').Append(value);
            }
        }
    }

    private static int ParseCount(string value, string text) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new FormatException($"'{text}' does not say what a task needs");
}
