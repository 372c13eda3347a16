namespace Anteroom.Server.Account;

/// <summary>Names the text of the account pages: <c>AccountText.resx</c> and its translations.</summary>
public sealed class AccountText;
