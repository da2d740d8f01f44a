namespace MatterStack.Engine.Campaigns;

/// <summary>Writes and reads the states of a campaign class.</summary>
internal interface IStateSerializer
{
    /// <summary>Writes a state as JSON. Rejects a state that would come back changed.</summary>
    string Write<TState>(TState? state)
        where TState : class;

    /// <summary>Reads a written state.</summary>
    TState Read<TState>(string json)
        where TState : class;

    /// <summary>Checks that planning has not changed the state, because the change would be lost.</summary>
    void ExpectUnchanged<TState>(string stored, TState afterPlanning)
        where TState : class;
}
