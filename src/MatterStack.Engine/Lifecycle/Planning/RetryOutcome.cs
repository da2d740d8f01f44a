namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>What follows from the end of an attempt that did not complete.</summary>
internal enum RetryOutcome
{
    /// <summary>Another attempt follows.</summary>
    Again,

    /// <summary>The task fails.</summary>
    Fail,

    /// <summary>The task waits for a person.</summary>
    Hold,
}
