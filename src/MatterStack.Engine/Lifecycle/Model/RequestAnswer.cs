namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Answer to a request.</summary>
/// <param name="IsGranted">Whether the request was granted.</param>
/// <param name="Text">What was done; or why the request was refused, and what to do instead.</param>
internal sealed record RequestAnswer(bool IsGranted, string Text);
