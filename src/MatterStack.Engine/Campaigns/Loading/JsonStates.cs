using System.Text.Json;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Writes and reads states of all types as JSON.</summary>
/// <param name="options">Options for one load of the campaign, because they cache its types.</param>
internal sealed class JsonStates(JsonSerializerOptions options) : IStateSerializer
{
    public string Write<TState>(TState? state)
        where TState : class => new StateSerializer<TState>(options).Write(state);

    public TState Read<TState>(string json)
        where TState : class => new StateSerializer<TState>(options).Read(json);

    public void ExpectUnchanged<TState>(string stored, TState afterPlanning)
        where TState : class => new StateSerializer<TState>(options).ExpectUnchanged(stored, afterPlanning);
}
