namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A kind of event in a run's store, as documented for readers of the store.</summary>
/// <param name="Name">Text in the column <c>kind</c>.</param>
/// <param name="WrittenWhen">The change that the event records.</param>
/// <param name="Fields">Fields that are set besides number, time and kind, in Markdown.</param>
/// <param name="Meaning">What a reader may conclude.</param>
internal sealed record EventKind(string Name, string WrittenWhen, string Fields, string Meaning);
