namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A kind of event in a run's store, as documented for readers of the store. Each kind of <see cref="EventKinds"/> is one
/// object.</summary>
/// <param name="name">Text in the column <c>kind</c>.</param>
/// <param name="writtenWhen">The change that the event records.</param>
/// <param name="fields">Fields that are set besides number, time and kind, in Markdown.</param>
/// <param name="meaning">Conclusions that a reader may draw.</param>
internal sealed class EventKind(string name, string writtenWhen, string fields, string meaning)
{
    /// <summary>Text in the column <c>kind</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The change that the event records.</summary>
    public string WrittenWhen { get; } = writtenWhen;

    /// <summary>Fields that are set besides number, time and kind, in Markdown.</summary>
    public string Fields { get; } = fields;

    /// <summary>Conclusions that a reader may draw.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>The text in the column <c>kind</c>, for SQL and messages.</summary>
    public override string ToString() => Name;
}
